internal import CYAML

/// What libyaml sees next; places count Unicode scalars from the start of the text.
struct YAMLEvent {
    var kind: Kind
    var start: Int
    var end: Int
    var anchor: String?
    /// As libyaml expands it, e.g. `tag:yaml.org,2002:str` for `!!str`.
    var tag: String?

    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias(String)
        case scalar(YAMLScalar)
        case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }
}

/// libyaml's complaint about a text that is no YAML.
struct YAMLSyntaxError: Error {
    /// What libyaml was doing, e.g. `while scanning a quoted scalar`, and where that began.
    var context: String?
    var contextIndex: Int
    var problem: String
    var index: Int
}

/// libyaml's parser over a text that outlives it.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    private init(owning parser: UnsafeMutablePointer<yaml_parser_t>) { self.parser = parser }

    /// Starts to parse UTF-8. The buffer must stay where it is until the events are gone.
    static func open(_ text: UnsafeBufferPointer<UInt8>) throws(YAMLSyntaxError) -> YAMLEvents {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard yaml_parser_initialize(parser) == 1 else {
            parser.deallocate()
            throw YAMLSyntaxError(context: nil, contextIndex: 0, problem: "out of memory", index: 0)
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
        return YAMLEvents(owning: parser)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
    }

    /// The next event; after `streamEnd` there is none.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw complaint() }
        defer { yaml_event_delete(&event) }
        return YAMLEvent(event)
    }

    private borrowing func complaint() -> YAMLSyntaxError {
        let parser = parser.pointee
        if parser.error == YAML_MEMORY_ERROR {
            return YAMLSyntaxError(context: nil, contextIndex: 0, problem: "out of memory", index: 0)
        }
        return YAMLSyntaxError(
            context: parser.context.map { String(cString: $0) }, contextIndex: parser.context_mark.index,
            problem: parser.problem.map { String(cString: $0) } ?? "the text is not YAML",
            index: parser.error == YAML_READER_ERROR ? parser.mark.index : parser.problem_mark.index)
    }
}

extension YAMLEvent {
    fileprivate init(_ event: yaml_event_t) {
        self.init(kind: .streamEnd, start: event.start_mark.index, end: event.end_mark.index)
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_ALIAS_EVENT: kind = .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                YAMLScalar(
                    text: String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE))
            anchor = text(scalar.anchor)
            tag = text(scalar.tag)
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            anchor = text(event.data.sequence_start.anchor)
            tag = text(event.data.sequence_start.tag)
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            anchor = text(event.data.mapping_start.anchor)
            tag = text(event.data.mapping_start.tag)
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        default: kind = .streamEnd
        }
    }
}

private func text(_ cString: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    cString.map { String(cString: $0) }
}
