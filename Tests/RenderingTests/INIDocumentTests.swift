import Testing

@testable import Rendering

@Suite("an INI document")
struct INIDocumentTests {
    private let text = """
        # a comment
        [DEFAULT]
        my_ip = 10.0.0.1
        names = a,
          b
        quoted = " x "

        [vmware]
        cluster_name: one
        cluster_name = two

        """

    @Test("keeps the text and knows the place of each option")
    func reads() throws {
        let document = try INIDocument(text)
        #expect(document.text == text)
        #expect(document.values("VMware", "cluster_name") == ["one", "two"])
        #expect(document.values("DEFAULT", "names") == ["a,\nb"])
        #expect(document.values("DEFAULT", "quoted") == [" x "])
        #expect(document.values("default", "my_ip") == [])
        #expect(document.entries.map(\.line) == [3, 4, 6, 9, 10])
    }

    @Test("sets an option where it stands, at its section's end, or in a new section")
    func sets() throws {
        var document = try INIDocument(text)
        try document.set("DEFAULT", "names", to: ["c"], comment: "why")
        try document.set("vmware", "cluster_name", to: ["three"], comment: "why")
        try document.set("DEFAULT", "host", to: ["h"], comment: "why")
        try document.set("new", "o", to: ["1", "2"], comment: "why")
        #expect(
            document.text == """
                # a comment
                [DEFAULT]
                my_ip = 10.0.0.1
                # why
                names = c
                quoted = " x "
                # why
                host = h

                [vmware]
                # why
                cluster_name = three

                [new]
                # why
                o = 1
                o = 2

                """)
    }

    @Test(
        "says where a line cannot be read",
        arguments: [
            ("a = b\n", 1), ("[x]\nnothing\n", 2), ("[x\n", 1), ("[x]\n  lost\n", 2), ("[]\n", 1), ("[x]\n= 3\n", 2),
        ])
    func broken(_ text: String, _ line: Int) {
        #expect(throws: INIDocument.SyntaxError.self) { try INIDocument(text) }
        do throws(INIDocument.SyntaxError) { _ = try INIDocument(text) } catch { #expect(error.line == line) }
    }
}
