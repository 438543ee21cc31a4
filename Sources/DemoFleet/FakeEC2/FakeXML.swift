/// An XML element, written the way EC2 writes it.
struct FakeXML: Sendable {
  var name: String
  var text: String = ""
  var children: [FakeXML] = []

  init(_ name: String, _ text: String) {
    self.name = name
    self.text = text
  }

  init(_ name: String, _ children: [FakeXML]) {
    self.name = name
    self.children = children
  }

  static func list(_ name: String, _ items: [[FakeXML]]) -> FakeXML {
    FakeXML(name, items.map { FakeXML("item", $0) })
  }

  static func members(_ name: String, _ items: [[FakeXML]]) -> FakeXML {
    FakeXML(name, items.map { FakeXML("member", $0) })
  }

  static func members(_ name: String, texts: [String]) -> FakeXML {
    FakeXML(name, texts.map { FakeXML("member", $0) })
  }

  func document(namespace: String? = nil) -> [UInt8] {
    var out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    write(into: &out, attributes: namespace.map { " xmlns=\"\($0)\"" } ?? "")
    return Array(out.utf8)
  }

  private func write(into out: inout String, attributes: String = "") {
    guard !text.isEmpty || !children.isEmpty else {
      out += "<\(name)\(attributes)/>"
      return
    }
    out += "<\(name)\(attributes)>"
    Self.escape(text, into: &out)
    for child in children { child.write(into: &out) }
    out += "</\(name)>"
  }

  private static func escape(_ text: String, into out: inout String) {
    for character in text.unicodeScalars {
      switch character {
      case "&": out += "&amp;"
      case "<": out += "&lt;"
      case ">": out += "&gt;"
      default: out.unicodeScalars.append(character)
      }
    }
  }
}
