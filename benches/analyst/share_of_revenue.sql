-- Which share of all revenue do the ten greatest accounts bring?
SELECT account.iri AS account, revenue, 100.0 * revenue / (SELECT sum(amount) FROM sale) AS percent
FROM (SELECT account, sum(amount) AS revenue FROM sale GROUP BY account) JOIN account ON account.id = account
ORDER BY revenue DESC, account.iri
LIMIT 10
