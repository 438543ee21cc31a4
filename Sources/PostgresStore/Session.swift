import CLibPQ
import Glibc
import Ports

/// One connection to the server, spoken to by one thread at a time; blocks while it waits.
@safe final class Session {
  private let raw: OpaquePointer
  private let limits: StoreLimits

  /// Connects or throws; the words of `conninfo` win over our defaults. A server that only reads is
  /// none: after a failover a name may lead to the old one for a while (rails_failover#85, cloudnative-pg#1254).
  init(conninfo: String, limits: StoreLimits) throws(Failure) {
    self.limits = limits
    let options = [
      ("connect_timeout", "\(max(2, limits.connect.components.seconds))"), ("keepalives", "1"),
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "\(limits.answer.components.seconds * 1000)"),
      ("target_session_attrs", "read-write"),
      ("client_encoding", "UTF8"), ("application_name", "finops"), ("dbname", conninfo),
    ]
    let names = unsafe options.map { unsafe UnsafePointer(strdup($0.0)) } + [nil]
    let values = unsafe options.map { unsafe UnsafePointer(strdup($0.1)) } + [nil]
    defer {
      unsafe (names + values).forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) }
    }
    guard let raw = unsafe PQconnectdbParams(names, values, 1) else {
      throw .lost("no memory for a connection")
    }
    guard unsafe PQstatus(raw) == CONNECTION_OK else {
      let text = unsafe Session.message(raw)
      unsafe PQfinish(raw)
      throw .lost(text)
    }
    unsafe self.raw = raw
    unsafe PQsetNoticeProcessor(raw, { _, _ in }, nil)
  }

  deinit { unsafe PQfinish(raw) }

  var isBroken: Bool { unsafe PQstatus(raw) != CONNECTION_OK }
  var isInTransaction: Bool { unsafe PQtransactionStatus(raw) == PQTRANS_INTRANS }

  /// Runs one statement with its values.
  @discardableResult
  func query(_ sql: SQL, _ parameters: [Parameter] = []) throws(Failure) -> QueryResult {
    let wire = parameters.map(\.wire)
    // All values lie in one block that stays where it is during the call.
    var block = [UInt8]()
    for value in wire { block += value ?? [] }
    // Never empty, so that it has an address.
    block.append(0)
    let types = parameters.map { Oid($0.type) }
    let formats = parameters.map { Int32($0.isBinary ? 1 : 0) }
    let lengths = wire.map { Int32($0?.count ?? 0) }
    let sent = unsafe block.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return Int32(0) }
      var offset = 0
      var pointers: [UnsafePointer<CChar>?] = unsafe []
      for value in wire {
        let place = unsafe start.advanced(by: offset).assumingMemoryBound(to: CChar.self)
        unsafe pointers.append(value == nil ? nil : place)
        offset += value?.count ?? 0
      }
      return unsafe PQsendQueryParams(
        raw, sql.text, Int32(wire.count), types, pointers, lengths, formats, 1)
    }
    guard sent == 1 else { throw unsafe .lost(Session.message(raw)) }
    return try answer()
  }

  /// Runs statements without values: transaction control and migration files.
  func script(_ text: String) throws(Failure) {
    guard unsafe PQsendQuery(raw, text) == 1 else {
      throw unsafe .lost(Session.message(raw))
    }
    try answer()
  }

  /// One statement of COPY … FROM STDIN with all its rows; how many were stored.
  func copy(_ sql: SQL, _ bytes: [UInt8]) throws(Failure) -> Int {
    guard unsafe PQsendQueryParams(raw, sql.text, 0, nil, nil, nil, nil, 0) == 1 else {
      throw unsafe .lost(Session.message(raw))
    }
    try awaitAnswer()
    guard let opened = unsafe PQgetResult(raw) else { throw .lost("no answer to COPY") }
    guard unsafe PQresultStatus(opened) == PGRES_COPY_IN else {
      let failure = unsafe Session.failure(of: opened, on: raw)
      unsafe PQclear(opened)
      try drain()
      throw failure
    }
    unsafe PQclear(opened)
    let sent = unsafe bytes.withUnsafeBytes { buffer in
      unsafe PQputCopyData(
        raw, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count))
    }
    guard sent == 1, unsafe PQputCopyEnd(raw, nil) == 1 else {
      throw unsafe .lost(Session.message(raw))
    }
    return try answer().affected
  }

  // MARK: - Transactions

  /// All or nothing. The limits are set inside, so that nothing depends on the session's state
  /// behind a pooler that gives transactions, not sessions.
  ///
  /// The server ends a transaction in which we say nothing for `pause`: a process that is stopped
  /// or cut off between two statements would keep the lease's row locked, and nobody could take
  /// over until TCP gave up, two hours by default (Yuzu#3191, dbos-transact-py#637).
  func transaction<Value>(
    _ work: (Session) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try script(Session.beginning(limits))
    do throws(Failure) {
      let value = try work(self)
      try script("COMMIT")
      return value
    } catch {
      if !isBroken { try? script("ROLLBACK") }
      throw error
    }
  }

  /// The beginning of every transaction.
  static func beginning(_ limits: StoreLimits) -> String {
    let pause = limits.pause.components.seconds * 1000
    return """
      BEGIN; SET LOCAL statement_timeout = \(limits.statement.components.seconds * 1000);
      SET LOCAL lock_timeout = \(limits.lock.components.seconds * 1000);
      SET LOCAL idle_in_transaction_session_timeout = \(pause);
      SET LOCAL tcp_user_timeout = \(2 * pause); SET LOCAL tcp_keepalives_idle = 5;
      SET LOCAL tcp_keepalives_interval = 2; SET LOCAL tcp_keepalives_count = 3
      """
  }

  // MARK: - Answers

  /// The last result of what was sent; the first failure when there was one.
  @discardableResult
  private func answer() throws(Failure) -> QueryResult {
    var last: OpaquePointer?
    var failure: Failure?
    while true {
      do throws(Failure) { try awaitAnswer() } catch {
        unsafe PQclear(last)
        throw error
      }
      guard let result = unsafe PQgetResult(raw) else { break }
      let status = unsafe PQresultStatus(result)
      if status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && failure == nil {
        failure = unsafe Session.failure(of: result, on: raw)
      }
      unsafe PQclear(last)
      unsafe last = result
    }
    guard failure == nil, let result = unsafe last else {
      unsafe PQclear(last)
      throw unsafe failure ?? .lost(Session.message(raw))
    }
    return unsafe QueryResult(adopting: result)
  }

  private func drain() throws(Failure) {
    while true {
      try awaitAnswer()
      guard let result = unsafe PQgetResult(raw) else { return }
      unsafe PQclear(result)
    }
  }

  /// Waits until the next result is whole, at most `limits.answer`: a server that was stopped, or
  /// a network that swallows everything, enforces no timeout of its own.
  private func awaitAnswer() throws(Failure) {
    let deadline = ContinuousClock.now + limits.answer
    while unsafe PQisBusy(raw) == 1 {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .lost("no answer in \(limits.answer)") }
      var descriptor = unsafe pollfd(fd: PQsocket(raw), events: Int16(POLLIN), revents: 0)
      let wait = Int32(left.components.seconds * 1000 + 1)
      _ = unsafe poll(&descriptor, 1, wait)
      guard unsafe PQconsumeInput(raw) == 1 else { throw unsafe .lost(Session.message(raw)) }
    }
  }

  private static func failure(
    of result: OpaquePointer, on connection: OpaquePointer
  ) -> Failure {
    let text = unsafe PQresultErrorMessage(result).map { unsafe String(cString: $0) } ?? ""
    let field = unsafe PQresultErrorField(result, Int32(UInt8(ascii: "C")))
    guard let state = unsafe field.map({ unsafe String(cString: $0) }) else {
      return .lost(trimmed(text))
    }
    return .server(state: state, trimmed(text))
  }

  private static func message(_ connection: OpaquePointer) -> String {
    unsafe trimmed(PQerrorMessage(connection).map { unsafe String(cString: $0) } ?? "")
  }

  /// On one line, without the line's end.
  private static func trimmed(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
