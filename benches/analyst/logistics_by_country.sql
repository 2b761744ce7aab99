-- What do accounts with logistics in their name buy, by country?
SELECT country, count(DISTINCT account.id) AS accounts, sum(amount) AS revenue
FROM account JOIN sale ON sale.account = account.id
WHERE contains(lower(name), 'logistics') AND country IS NOT NULL
GROUP BY country
ORDER BY country
