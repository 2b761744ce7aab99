-- Where is most money, bought or offered?
SELECT account.iri AS account, money
FROM (
  SELECT account, sum(amount) AS money
  FROM (
    SELECT account, amount FROM sale
    UNION ALL
    SELECT account, amount FROM chance WHERE outcome = 'open'
  )
  GROUP BY account
) JOIN account ON account.id = account
ORDER BY money DESC, account.iri
LIMIT 10
