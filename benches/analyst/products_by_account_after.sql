-- Which accounts have bought the most different products since July 2024?
SELECT account.iri AS account, products
FROM (
  SELECT account, count(DISTINCT product) AS products FROM sale WHERE date >= DATE '2024-07-01' GROUP BY account
) JOIN account ON account.id = account
ORDER BY products DESC, account.iri
LIMIT 20
