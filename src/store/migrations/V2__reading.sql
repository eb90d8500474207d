-- How a folder's paths were read when it was last looked through: the site's settings and the layout table as one mark, and
-- the layout that was chosen. When either is another now, the folder's recordings are timed anew from what is stored.
ALTER TABLE scan ADD COLUMN mark TEXT;
ALTER TABLE scan ADD COLUMN layout TEXT;
