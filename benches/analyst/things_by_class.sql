-- How many things of each class are there?
SELECT class, count(*) AS things FROM class_of GROUP BY class ORDER BY class
