/** Published test vectors. */

/** Microsoft's public seed of PlayReady test servers, of 30 bytes: the only seed of the tests. */
export const PLAYREADY_TEST_SEED = "XVBovsmzhP9gRIZxWfFta3VVRPzVEWmJsazEJ46I";
