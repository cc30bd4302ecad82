/* Opens a file as a spreadsheet program does, so that nobody can replace it; creates FLAG, and ends when FLAG is gone.
   hold-open FILE FLAG */
#include <windows.h>

int main(int count, char **arguments)
{
    HANDLE file, flag;
    if (count != 3)
        return 2;
    file = CreateFileA(arguments[1], GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    if (file == INVALID_HANDLE_VALUE)
        return 1;
    flag = CreateFileA(arguments[2], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    CloseHandle(flag);
    while (GetFileAttributesA(arguments[2]) != INVALID_FILE_ATTRIBUTES)
        Sleep(50);
    CloseHandle(file);
    return 0;
}
