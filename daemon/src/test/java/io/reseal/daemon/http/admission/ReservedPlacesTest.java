package io.reseal.daemon.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReservedPlacesTest {
    private static final int PLACES = 8;

    private final ReservedPlaces places = new ReservedPlaces(PLACES);

    /** A client with one connection. */
    private static final class Client implements ReservedPlaces.Holder {
        private final String name;
        private boolean busy;
        private boolean unread;
        private boolean displaced;

        Client(String name) {
            this.name = name;
        }

        static Client silent(int number) {
            return new Client("silent-" + number);
        }

        static Client unread(int number) {
            var client = new Client("unread-" + number);
            client.busy = true;
            client.unread = true;
            return client;
        }

        @Override
        public String client() {
            return name;
        }

        @Override
        public boolean isBusy() {
            return busy;
        }

        @Override
        public boolean isUnread() {
            return unread;
        }

        @Override
        public void displaced() {
            displaced = true;
        }
    }

    @Test
    void clients_that_ask_and_do_not_take_the_answer_keep_no_question_out() {
        var unread = IntStream.range(0, PLACES).mapToObj(Client::unread).toList();
        unread.forEach(client -> assertThat(places.take(client)).isTrue());
        var asking = new Client("prometheus");

        assertThat(places.take(asking)).isTrue();
        // as many as come before its question is read
        for (int i = 0; i < PLACES * 3 / 8; i++) {
            assertThat(places.take(Client.silent(i))).isTrue();
        }
        assertThat(asking.displaced).isFalse();
        assertThat(unread.getFirst().displaced).isTrue();
    }

    @Test
    void a_client_that_takes_its_answer_keeps_its_place_while_others_ask_nothing() {
        var reading = Client.unread(0);
        assertThat(places.take(reading)).isTrue();
        for (int i = 0; i < 10 * PLACES; i++) {
            assertThat(places.take(Client.silent(i))).isTrue();
        }
        assertThat(reading.displaced).isFalse();
    }

    @Test
    void a_client_that_is_answered_is_never_displaced() {
        for (int i = 0; i < PLACES; i++) {
            var asking = new Client("asking-" + i);
            asking.busy = true;
            assertThat(places.take(asking)).isTrue();
        }
        assertThat(places.take(new Client("late"))).isFalse();
    }
}
