/// A few connections, handed out one at a time; who comes when all are taken waits in line.
actor Pool {
  private var free: [Connection]
  private let all: [Connection]
  private var line: [CheckedContinuation<Connection, Never>] = []

  init(conninfo: String, limits: StoreLimits) {
    all = (0..<max(1, limits.connections)).map { _ in
      Connection(conninfo: conninfo, limits: limits)
    }
    free = all
  }

  /// Gives the work a connection for itself.
  func withConnection<Value: Sendable>(
    _ work: @Sendable (Connection) async -> Value
  ) async -> Value {
    let connection = await take()
    let value = await work(connection)
    giveBack(connection)
    return value
  }

  func close() async { for connection in all { await connection.close() } }

  /// The one given back last, which is most likely still connected.
  private func take() async -> Connection {
    if let connection = free.popLast() { return connection }
    return await withCheckedContinuation { line.append($0) }
  }

  private func giveBack(_ connection: Connection) {
    guard !line.isEmpty else {
      free.append(connection)
      return
    }
    line.removeFirst().resume(returning: connection)
  }
}
