-- How much is bought month by month?
SELECT year(date) AS year, month(date) AS month, count(*) AS sales, sum(amount) AS revenue
FROM sale
GROUP BY ALL
ORDER BY ALL
