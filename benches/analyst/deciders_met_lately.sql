-- Along the chain: which sectors' deciders were met since April 2025, how many, by how many of ours?
SELECT sector, count(DISTINCT member) AS people, count(DISTINCT meeting.employee) AS ours
FROM post
JOIN account ON account.id = post.account
JOIN membership ON membership.post = post.id
JOIN meeting ON meeting.contact = membership.member
WHERE level = 'https://w3id.org/kagraph/ns#Level-decision' AND meeting.date >= DATE '2025-04-01' AND sector IS NOT NULL
GROUP BY sector
ORDER BY sector
