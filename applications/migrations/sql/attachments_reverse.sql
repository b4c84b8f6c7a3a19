DROP TRIGGER applications_attachment_stays ON applications_attachment;
DROP FUNCTION applications_attachment_stays();
