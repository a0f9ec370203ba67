-- What coverage needs to know of a department beyond its weekly hours.

-- Dates with hours of their own, as JSON texts; times in which there was no such department.
ALTER TABLE departments ADD COLUMN holidays TEXT NOT NULL DEFAULT '[]';
ALTER TABLE departments ADD COLUMN absences TEXT NOT NULL DEFAULT '[]';
