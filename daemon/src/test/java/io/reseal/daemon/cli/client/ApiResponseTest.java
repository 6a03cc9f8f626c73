package io.reseal.daemon.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reseal.daemon.api.GuestDocument;
import io.reseal.daemon.cli.terminal.CliException;
import io.reseal.daemon.cli.terminal.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiResponseTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "200~{\"guests\":[{\"name\":\"web-1\"}]}~member `guests[0].uuid` is missing or is something else",
                "200~<html>~it is not JSON",
                "500~<html>~it is not JSON",
                "404~{}~member `type` is missing or is something else",
            })
    void an_answer_that_is_not_of_this_version_ends_the_command_with_1_and_names_the_member(
            int status, String body, String complaint) {
        assertThatThrownBy(() -> new ApiResponse(status, body).require(GuestDocument.Listing.class))
                .isInstanceOfSatisfying(CliException.class, told -> {
                    assertThat(told.exit()).isEqualTo(ExitCode.INTERNAL);
                    assertThat(told.line())
                            .isEqualTo("the daemon answered " + status + " with a document that cannot be read: "
                                    + complaint
                                    + ": is that socket reseal's, and of the same version as this command?");
                });
    }

    @Test
    void a_problem_ends_the_command_with_its_detail() {
        var problem =
                "{\"type\":\"urn:reseal:problem:refused\",\"title\":\"Refused\",\"status\":409,\"detail\":\"web-1: no\"}";

        assertThatThrownBy(() -> new ApiResponse(409, problem).require(GuestDocument.class))
                .isInstanceOfSatisfying(CliException.class, told -> {
                    assertThat(told.exit()).isEqualTo(ExitCode.REFUSED);
                    assertThat(told.line()).isEqualTo("web-1: no");
                });
    }
}
