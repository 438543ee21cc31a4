/// What one JSON text of an OpenAI-compatible server says: an event of a stream, or a whole answer.
struct AnswerPiece: Hashable {
  /// There is generated text: content, reasoning, or a call of a tool.
  var hasText = false
  var isFinished = false
  var promptTokens: Int?
  var completionTokens: Int?

  /// Reads the fields that matter; throws `.reported` when the server tells of an error.
  init(_ json: ArraySlice<UInt8>) throws(AnswerError) {
    var cursor = JSONCursor(json)
    var piece = Self()
    var failed = false
    try cursor.members { cursor, key throws(AnswerError) in
      if key.elementsEqual(choices) {
        try cursor.elements { cursor throws(AnswerError) in try piece.readChoice(&cursor) }
      } else if key.elementsEqual(usage) {
        try piece.readUsage(&cursor)
      } else if key.elementsEqual(error) {
        failed = try cursor.isPresent()
      } else {
        try cursor.skip()
      }
    }
    try cursor.end()
    if failed { throw .reported }
    self = piece
  }

  private init() {}

  private mutating func readChoice(_ cursor: inout JSONCursor) throws(AnswerError) {
    var piece = self
    try cursor.members { cursor, key throws(AnswerError) in
      if key.elementsEqual(delta) || key.elementsEqual(message) {
        try piece.readMessage(&cursor)
      } else if key.elementsEqual(text) {
        if try cursor.isText() { piece.hasText = true }
      } else if key.elementsEqual(finishReason) {
        if try cursor.isPresent() { piece.isFinished = true }
      } else {
        try cursor.skip()
      }
    }
    self = piece
  }

  private mutating func readMessage(_ cursor: inout JSONCursor) throws(AnswerError) {
    var piece = self
    try cursor.members { cursor, key throws(AnswerError) in
      if spoken.contains(where: { key.elementsEqual($0) }) {
        if try cursor.isText() { piece.hasText = true }
      } else if key.elementsEqual(toolCalls) {
        try cursor.elements { cursor throws(AnswerError) in
          piece.hasText = true
          try cursor.skip()
        }
      } else {
        try cursor.skip()
      }
    }
    self = piece
  }

  private mutating func readUsage(_ cursor: inout JSONCursor) throws(AnswerError) {
    var piece = self
    try cursor.members { cursor, key throws(AnswerError) in
      if key.elementsEqual(promptCount) {
        piece.promptTokens = try cursor.count()
      } else if key.elementsEqual(completionCount) {
        piece.completionTokens = try cursor.count()
      } else {
        try cursor.skip()
      }
    }
    self = piece
  }
}

private let choices = Array("choices".utf8)
private let usage = Array("usage".utf8)
private let error = Array("error".utf8)
private let delta = Array("delta".utf8)
private let message = Array("message".utf8)
private let text = Array("text".utf8)
private let finishReason = Array("finish_reason".utf8)
private let toolCalls = Array("tool_calls".utf8)
private let promptCount = Array("prompt_tokens".utf8)
private let completionCount = Array("completion_tokens".utf8)
/// Where servers put generated text: OpenAI, vLLM and llama.cpp (`reasoning_content`), newer vLLM
/// (`reasoning`).
private let spoken = ["content", "reasoning_content", "reasoning"].map { Array($0.utf8) }
