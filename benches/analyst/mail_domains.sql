-- How many contacts have an address that ends in .de, and begins with ct-0001?
SELECT count(*) AS contacts FROM contact WHERE ends_with(email, '.de') AND starts_with(email, 'ct-0001')
