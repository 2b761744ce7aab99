-- How many posts are below the heads of companies, near and far?
WITH RECURSIVE above(post, superior) AS (
  SELECT post, superior FROM reports_to
  UNION
  SELECT above.post, reports_to.superior FROM above JOIN reports_to ON reports_to.post = above.superior
)
SELECT count(*) AS posts, count(DISTINCT superior) AS heads
FROM above JOIN post ON post.id = above.superior
WHERE rank = 1
