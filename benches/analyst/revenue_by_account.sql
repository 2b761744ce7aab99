-- Which ten accounts buy most?
SELECT account.iri AS account, revenue
FROM (SELECT account, sum(amount) AS revenue FROM sale GROUP BY account) JOIN account ON account.id = account
ORDER BY revenue DESC, account.iri
LIMIT 10
