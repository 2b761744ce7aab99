-- Which share of the invoices of each country was paid late?
SELECT country, count(*) AS paidInvoices, 100.0 * sum(CASE WHEN paid > due THEN 1 ELSE 0 END) / count(*) AS share
FROM invoice JOIN account ON account.id = invoice.account
WHERE country IS NOT NULL AND paid IS NOT NULL AND due IS NOT NULL
GROUP BY country
ORDER BY country
