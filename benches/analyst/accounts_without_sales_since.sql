-- How many accounts of each country have bought nothing since January 2025?
SELECT country, count(*) AS accounts
FROM account
WHERE country IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM sale WHERE sale.account = account.id AND date >= DATE '2025-01-01')
GROUP BY country
ORDER BY country
