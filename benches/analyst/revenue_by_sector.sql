-- How much does each sector buy?
SELECT sector, count(*) AS sales, sum(amount) AS revenue
FROM sale JOIN account ON account.id = sale.account
WHERE sector IS NOT NULL
GROUP BY sector
ORDER BY sector
