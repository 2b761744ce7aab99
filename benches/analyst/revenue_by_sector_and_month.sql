-- How much does each sector buy month by month, from how many accounts?
SELECT sector, year(date) AS year, month(date) AS month, count(DISTINCT account.id) AS accounts, sum(amount) AS revenue
FROM sale JOIN account ON account.id = sale.account
WHERE sector IS NOT NULL
GROUP BY ALL
ORDER BY sector, year, month
