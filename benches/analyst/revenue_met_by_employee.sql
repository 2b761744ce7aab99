-- How much do the accounts buy that each of our employees has met?
SELECT employee.iri AS employee, count(*) AS accounts, sum(revenue) AS total
FROM (SELECT DISTINCT employee, account FROM meeting) AS met
JOIN (SELECT account, sum(amount) AS revenue FROM sale GROUP BY account) AS bought ON bought.account = met.account
JOIN employee ON employee.id = met.employee
GROUP BY employee.iri
ORDER BY total DESC, employee.iri
LIMIT 10
