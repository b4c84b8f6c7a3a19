import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Asks veraPDF about one file after another: each line of standard input is `flavour path`. The answer is a line for
 * each rule that the file breaks, and a line with a full stop at the end.
 */
public class Validate {
    public static void main(String[] arguments) throws Exception {
        Logger.getLogger("").setLevel(Level.OFF);
        VeraGreenfieldFoundryProvider.initialise();
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        System.out.println("ready");
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split(" ", 2);
            try {
                for (String failure : failures(PDFAFlavour.fromString(words[0]), words[1])) {
                    System.out.println(failure);
                }
            } catch (Exception error) {
                System.out.println("not read: " + oneLine(error.toString()));
            }
            System.out.println(".");
            System.out.flush();
        }
    }

    private static Set<String> failures(PDFAFlavour flavour, String path) throws Exception {
        Set<String> found = new TreeSet<>();
        try (FileInputStream file = new FileInputStream(path);
                PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
            ValidationResult result = validator.validate(parser);
            for (TestAssertion assertion : result.getTestAssertions()) {
                if (assertion.getStatus() == TestAssertion.Status.FAILED) {
                    found.add(oneLine(assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber()
                            + " " + assertion.getMessage() + " at " + assertion.getLocation().getContext()));
                }
            }
            if (!result.isCompliant() && found.isEmpty()) {
                found.add("not compliant, without a reason");
            }
        }
        return found;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }
}
