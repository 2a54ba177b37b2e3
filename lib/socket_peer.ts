/** Stands for the address of all clients on a Unix domain socket, in the log and in `--trust-proxy`. */
export const SOCKET_PEER = "unix:";
