import Foundation
import Testing

/// A way to the database of its own for one controller, which can be cut or swallow everything.
///
/// What a network does and a test cannot do to a socket from outside: a black hole keeps both sides
/// waiting (postgres answers no probe that it does not get), a cut ends them and refuses new ones.
final class DatabaseGate: Sendable {
  enum State: Int32 {
    case open, hole, cut

    fileprivate var signal: Int32 {
      switch self {
      case .open: SIGHUP
      case .hole: SIGUSR1
      case .cut: SIGUSR2
      }
    }
  }

  let port: Int
  private let program: FinopsProcess

  /// Opens a port of 127.0.0.1 that leads to the server's own socket.
  init(to socket: String, in folder: URL) async throws {
    let file = folder.appending(path: "gate.py")
    try Self.text.write(to: file, atomically: true, encoding: .utf8)
    program = try FinopsProcess(
      ["-u", file.path, socket], program: URL(filePath: "/usr/bin/python3"), in: folder)
    let gate = program
    let isUp = await eventually(within: .seconds(20)) { gate.text.contains("\n") }
    guard isUp, let port = Int(gate.text.prefix { $0.isNumber }) else {
      throw SceneError("no gate: \(gate.tail)")
    }
    self.port = port
  }

  func become(_ state: State) { program.kill(state.signal) }

  /// The gate itself: bytes pass only while it is open.
  private static let text = """
    import signal, socket, sys, threading, time
    state, held = ["open"], []
    def become(name):
        def change(*_):
            state[0] = name
            while name == "cut" and held:
                try: held.pop().shutdown(socket.SHUT_RDWR)
                except OSError: pass
        return change
    # A child of a thread that Dispatch made begins with every signal blocked.
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGHUP, become("open"))
    signal.signal(signal.SIGUSR1, become("hole"))
    signal.signal(signal.SIGUSR2, become("cut"))
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                while state[0] == "hole": time.sleep(0.02)
                sink.sendall(data)
        except OSError: pass
        for end in (source, sink):
            try: end.shutdown(socket.SHUT_RDWR)
            except OSError: pass
    def serve(client):
        while state[0] == "hole": time.sleep(0.02)
        server = socket.socket(socket.AF_UNIX)
        try: server.connect(sys.argv[1])
        except OSError: return client.close()
        held.extend((client, server))
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        pump(server, client)
        for end in (client, server):
            if end in held: held.remove(end)
            end.close()
    door = socket.create_server(("127.0.0.1", 0))
    print(door.getsockname()[1])
    while True:
        client, _ = door.accept()
        if state[0] == "cut": client.close()
        else: threading.Thread(target=serve, args=(client,), daemon=True).start()
    """
}
