-- Which ten accounts owe us most that is due?
SELECT account.iri AS account, invoices, open
FROM (
  SELECT account, count(*) AS invoices, sum(amount) AS open
  FROM invoice
  WHERE paid IS NULL AND due < DATE '2025-06-15'
  GROUP BY account
) JOIN account ON account.id = account
ORDER BY open DESC, account.iri
LIMIT 10
