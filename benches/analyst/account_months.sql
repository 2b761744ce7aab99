-- In how many months has an account bought something, and what was the best month of one account?
SELECT count(*) AS months, max(revenue) AS best
FROM (SELECT account, year(date) AS year, month(date) AS month, sum(amount) AS revenue FROM sale GROUP BY ALL)
