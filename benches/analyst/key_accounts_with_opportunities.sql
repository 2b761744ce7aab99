-- What do key accounts buy, and for how much are opportunities open there?
SELECT account.iri AS account, revenue, open
FROM account
JOIN (SELECT account, sum(amount) AS revenue FROM sale GROUP BY account) AS bought ON bought.account = account.id
LEFT JOIN (SELECT account, sum(amount) AS open FROM chance WHERE outcome = 'open' GROUP BY account) AS offered
  ON offered.account = account.id
WHERE is_key
ORDER BY revenue DESC, account.iri
LIMIT 50
