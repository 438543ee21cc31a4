/// Where in the settings something stands, for messages and for `finops config explain`.
struct Path {
  /// "pools[0]", for sentences.
  private var text = ""
  /// The name of the nearest element that has one.
  private var name: String?
  /// The last step: "every", "targets[2]".
  private(set) var label = "the file"
  /// "pools.idle_duration": without numbers and names the user chose.
  private(set) var key = ""
  private(set) var depth = 0

  init() {}

  func member(_ member: String, inMap: Bool = false) -> Path {
    var path = self
    path.text += (text.isEmpty ? "" : ".") + member
    path.label = member
    path.name = nil
    if !inMap { path.key += (key.isEmpty ? "" : ".") + member }
    path.depth += 1
    return path
  }

  func element(_ index: Int, name: String?) -> Path {
    var path = self
    path.text += "[\(index)]"
    path.label += "[\(index)]"
    path.name = name
    path.depth += 1
    return path
  }

  /// " in pools[0] (chat-h100)", or nothing at the top.
  var sentence: String {
    guard !text.isEmpty else { return "" }
    return " in \(text)" + (name.map { " (\($0))" } ?? "")
  }
}
