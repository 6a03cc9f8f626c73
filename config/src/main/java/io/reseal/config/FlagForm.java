package io.reseal.config;

/** Yes or no, as YAML 1.2 writes it. */
record FlagForm() implements Form<Boolean> {
    static final Form<Boolean> FORM = new FlagForm();

    @Override
    public String type() {
        return "boolean";
    }

    @Override
    public String expected() {
        return "true or false";
    }

    @Override
    public Checked<Boolean> check(Node.Scalar value) {
        if (value.type() == Node.Type.BOOLEAN) {
            return Checked.good(Boolean.parseBoolean(value.text()));
        }
        boolean quoted = value.text().equals("true") || value.text().equals("false");
        return Checked.bad(complaint(value) + (quoted ? ": remove the quotes" : ""));
    }
}
