-- How many statements are there?
SELECT count(*) AS statements FROM statement
