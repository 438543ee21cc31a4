/// The JSON of the requests of one plan, made once: only the number of the request differs.
struct RequestBody: Sendable {
  private let before: [UInt8]
  private let after: [UInt8]
  private let isNumbered: Bool

  init(_ plan: LoadPlan) {
    let prompt = Self.quoted(plan.prompt).dropFirst()
    var head = "{\"model\":\(Self.quoted(plan.model)),"
    head += plan.api == .chat ? "\"messages\":[{\"role\":\"user\",\"content\":\"" : "\"prompt\":\""
    var tail = prompt + (plan.api == .chat ? "}]" : "") + ",\"max_tokens\":\(plan.maxTokens)"
    if plan.ignoresEnd { tail += ",\"ignore_eos\":true" }
    if plan.streams { tail += ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" }
    before = Array(head.utf8)
    after = Array((tail + "}").utf8)
    isNumbered = plan.uniquePrompts
  }

  func bytes(request: Int) -> [UInt8] {
    isNumbered ? before + Array("[\(request)] ".utf8) + after : before + after
  }

  /// A JSON string: quotes, backslashes and control characters escaped, the rest as it is.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
