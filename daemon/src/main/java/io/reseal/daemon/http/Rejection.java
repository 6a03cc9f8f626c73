package io.reseal.daemon.http;

/** Why a request never became whole; goes down the pipeline in its place. */
enum Rejection {
    TOO_SLOW,
    TOO_LARGE
}
