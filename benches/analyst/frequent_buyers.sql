-- How many accounts order more than fifty times, for more than 5,000 each on average?
SELECT count(*) AS accounts, sum(sales) AS allSales
FROM (SELECT count(*) AS sales FROM sale GROUP BY account HAVING count(*) > 50 AND avg(amount) > 5000)
