-- How many people in posts has nobody of ours ever met, by function?
SELECT function, count(DISTINCT member) AS people
FROM membership
JOIN post ON post.id = membership.post
WHERE function IS NOT NULL AND NOT EXISTS (SELECT 1 FROM meeting WHERE meeting.contact = membership.member)
GROUP BY function
ORDER BY function
