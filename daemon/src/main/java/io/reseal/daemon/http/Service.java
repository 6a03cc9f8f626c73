package io.reseal.daemon.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.group.ChannelGroup;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.reseal.daemon.http.admission.Admission;
import io.reseal.daemon.http.admission.Visit;
import io.reseal.daemon.http.message.Caller;
import java.util.function.Function;

/** Gives each connection that one socket accepts its handlers. Confined to the event loop. */
final class Service extends ChannelInitializer<Channel> {
    /**
     * What a socket lets its clients do.
     *
     * @param mostBody of a request, in bytes
     */
    record Terms(Admission admission, Function<Channel, Caller> callers, int mostBody) {}

    private final Terms terms;
    private final RequestDispatcher answers;
    private final ChannelGroup channels;

    /** @param channels is told of each */
    Service(Terms terms, RequestDispatcher answers, ChannelGroup channels) {
        this.terms = terms;
        this.answers = answers;
        this.channels = channels;
    }

    @Override
    protected void initChannel(Channel channel) {
        channels.add(channel);
        var visit = terms.admission().admit(channel, terms.callers().apply(channel));
        switch (visit.standing()) {
            case FULL -> serve(channel, visit, answers.timeouts());
            case ESSENTIAL_ONLY -> serve(channel, visit, answers.timeouts().essential());
            case REFUSED -> visit.farewell();
        }
    }

    private void serve(Channel channel, Visit visit, Timeouts timeouts) {
        var deadlines = new Deadlines(timeouts);
        var decoder = new RequestDecoder();
        channel.pipeline()
                .addLast(deadlines)
                .addLast(decoder)
                .addLast(new HttpResponseEncoder())
                .addLast(new Aggregator(terms.mostBody()))
                .addLast(new Connection(answers, deadlines, decoder, visit));
    }
}
