DROP TRIGGER reporting_rendering_is_fixed ON reporting_rendering;
DROP FUNCTION reporting_rendering_is_fixed();
DROP TRIGGER reporting_report_is_fixed ON reporting_report;
DROP FUNCTION reporting_report_is_fixed();
