DROP TRIGGER applications_invitation_is_fixed ON applications_invitation;
DROP FUNCTION applications_invitation_is_fixed();
DROP TRIGGER applications_keep_an_owner ON applications_collaborator;
DROP FUNCTION applications_keep_an_owner();
