package io.reseal.daemon.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReservedPlacesTest {
    private static final int PLACES = 8;

    private final ReservedPlaces places = new ReservedPlaces();

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

        static Client asking(String name) {
            var client = new Client(name);
            client.busy = true;
            return client;
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
        unread.forEach(client -> assertThat(places.take(client, PLACES)).isTrue());
        var asking = new Client("prometheus");

        assertThat(places.take(asking, PLACES)).isTrue();
        // as many as come before its question is read
        for (int i = 0; i < PLACES * 3 / 8; i++) {
            assertThat(places.take(Client.silent(i), PLACES)).isTrue();
        }
        assertThat(asking.displaced).isFalse();
        assertThat(unread.getFirst().displaced).isTrue();
    }

    @Test
    void a_client_that_takes_its_answer_keeps_its_place_while_others_ask_nothing() {
        var reading = Client.unread(0);
        assertThat(places.take(reading, PLACES)).isTrue();
        for (int i = 0; i < 10 * PLACES; i++) {
            assertThat(places.take(Client.silent(i), PLACES)).isTrue();
        }
        assertThat(reading.displaced).isFalse();
    }

    @Test
    void a_client_that_is_answered_is_not_displaced_by_one_that_has_no_fewer_places() {
        for (int i = 0; i < PLACES; i++) {
            assertThat(places.take(Client.asking("asking-" + i), PLACES)).isTrue();
        }
        assertThat(places.take(new Client("late"), PLACES)).isFalse();
    }

    @Test
    void a_client_with_one_place_keeps_it_whatever_those_with_several_do() {
        var silent = new Client("prometheus");
        assertThat(places.take(silent, PLACES)).isTrue();
        for (int i = 0; i < 10 * PLACES; i++) {
            assertThat(places.take(Client.asking("flood-" + i % 3), PLACES)).isTrue();
        }
        assertThat(silent.displaced).isFalse();
    }

    @Test
    void where_room_is_short_there_are_fewer_places() {
        var first = new Client("a");
        assertThat(places.take(first, 2)).isTrue();
        assertThat(places.take(new Client("b"), 2)).isTrue();
        assertThat(places.take(new Client("c"), 2)).isTrue();
        assertThat(first.displaced).isTrue();
    }
}
