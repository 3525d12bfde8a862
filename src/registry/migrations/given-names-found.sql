-- Whoever stores a part of a scan asks for all names that people gave, which are few
CREATE INDEX services_given_names ON services (host, id) WHERE given_name <> '';
