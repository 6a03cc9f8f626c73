package io.reseal.daemon.http;

import static io.netty.handler.codec.http.HttpResponseStatus.OK;

import java.util.Map;

final class Page {
    private final Routes routes;

    Page(Routes routes) {
        this.routes = routes;
    }

    Response show(Request request) {
        return new Response.Document(
                OK, "text/html; charset=utf-8", "" + routes.fleet().guests().size(), Map.of());
    }
}
