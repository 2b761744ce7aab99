-- Which twenty accounts that first bought in 2025 have bought most?
SELECT account.iri AS account, first, revenue
FROM (
  SELECT account, min(date) AS first, sum(amount) AS revenue
  FROM sale
  GROUP BY account
  HAVING min(date) >= DATE '2025-01-01'
) JOIN account ON account.id = account
ORDER BY revenue DESC, account.iri
LIMIT 20
