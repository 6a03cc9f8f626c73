package io.reseal.config;

/** Yes or no, as YAML 1.2 writes it. */
record FlagForm() implements ValueFormat<Boolean> {
    static final ValueFormat<Boolean> FORM = new FlagForm();

    @Override
    public String type() {
        return "boolean";
    }

    @Override
    public String expected() {
        return "true or false";
    }

    @Override
    public Parsed<Boolean> check(Node.Scalar value) {
        if (value.type() == Node.Type.BOOLEAN) {
            return Parsed.good(Boolean.parseBoolean(value.text()));
        }
        boolean quoted = value.text().equals("true") || value.text().equals("false");
        return Parsed.bad(complaint(value) + (quoted ? ": remove the quotes" : ""));
    }
}
