-- How many sales are there of each size, in thousands?
SELECT floor(amount / 1000) AS thousands, count(*) AS sales, sum(amount) AS revenue
FROM sale
WHERE amount >= 0
GROUP BY thousands
ORDER BY thousands
