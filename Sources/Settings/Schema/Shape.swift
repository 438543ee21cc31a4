/// What may stand at a place of the settings file. One tree of these says everything: how the file
/// is read, its JSON Schema, its reference page and what `finops config explain` prints.
indirect enum Shape: Sendable {
  /// One word or number.
  case leaf(Leaf)
  case list(Shape, minimum: Int = 0)
  /// Names chosen by the user, each with the same shape.
  case map(Shape)
  case object([Field])
  /// An object that has exactly one of its fields.
  case oneOf([Field], what: String)
  /// A reference to a secret, never the secret.
  case secret
  /// The first when one word stands there, else the second.
  case either(Leaf, Shape)
  /// The first when a list stands there, else the second.
  case listOr(Shape, Shape)
}

/// One key of an object.
struct Field: Sendable {
  var name: String
  var shape: Shape
  var required = false
  /// One sentence for people; it is in the JSON Schema and the reference page.
  var about: String
  /// What holds when the key is missing, as it would be written.
  var standard: String?

  init(
    _ name: String, _ shape: Shape, required: Bool = false, standard: String? = nil, _ about: String
  ) {
    self.name = name
    self.shape = shape
    self.required = required
    self.standard = standard
    self.about = about
  }
}

/// How one word or number is read.
struct Leaf: Sendable {
  /// With its article and an example: "a duration such as 15s".
  var what: String
  var schema: JSON
  /// What is refused here may be a secret, and is not repeated.
  var isSecret = false
  /// Takes the text and whether it was quoted.
  var read: @Sendable (_ text: String, _ quoted: Bool) -> Answer

  enum Answer: Sendable {
    case value(Value)
    /// The rest of the sentence "'every: 15' …", and what to write instead.
    case refused(String, hint: String? = nil)
    /// The same, with the fault at a part of the text, in Unicode scalars.
    case refusedPart(Range<Int>, String, hint: String? = nil)
  }
}

/// What was read at a place, its kind already checked against the shape.
indirect enum Value: Sendable {
  /// Something stands there and was complained of.
  case refused
  case text(String)
  case integer(Int)
  case number(Double)
  case flag(Bool)
  case duration(Duration)
  case nanoDollars(Int64)
  /// A price for each accelerator of a node.
  case nanoDollarsEach(Int64)
  case range(Int, Int?)
  case cron(Cron)
  case secret(SecretReference)
  case list([Found])
  case object([String: Found])
}

/// A value and where it stands.
struct Found: Sendable {
  var value: Value
  var place: Place
}

/// Where something stands in the file.
struct Place: Sendable, Hashable {
  var line: Int
  var column: Int
  var length: Int
}
